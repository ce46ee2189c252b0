"""All concurrency and all I/O: kernel, one actor per file named for its role, adapters, the lab, the command line."""
