//! What training asks of the allocator: to keep what is freed, since the next step takes it again.

/// mimalloc's option for how long freed memory is kept before it goes back to the system.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Tells mimalloc to keep freed memory for good. A program that trains calls this first; without
/// mimalloc as its allocator it does nothing.
///
/// A step takes and frees megabytes, and pages that went back to the system cost more to get again
/// than the arithmetic on them.
pub fn keep_memory() {
    // SAFETY: the option exists in every mimalloc that this crate builds with, and takes any number;
    // options may be set at any time.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, -1) }
}
