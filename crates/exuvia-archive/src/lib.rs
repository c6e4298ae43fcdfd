//! The file format of packed resources: writer and reader.
