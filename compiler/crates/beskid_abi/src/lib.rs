//! The Beskid runtime ABI: version, table of runtime functions, layouts, record and compatibility check.
