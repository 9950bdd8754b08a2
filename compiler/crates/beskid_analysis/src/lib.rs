//! Name resolution and type checking of Beskid programs.
