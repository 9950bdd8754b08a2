//! Reads the source files of a Beskid program from disk.
