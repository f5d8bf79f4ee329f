//! Holds no code: the package exists for its one test binary, `stages`.
