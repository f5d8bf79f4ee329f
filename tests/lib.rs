//! Holds no code: the package exists for its test binaries, `stages` and `book`.
