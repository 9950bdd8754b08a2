//! Native objects, archives and executables from Beskid programs.
