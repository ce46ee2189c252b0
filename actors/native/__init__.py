"""The deciding actors as machine code, compiled from their own sources for backtests."""
