//! What people look at: the report page and the floorplan of a build, and the pictures of a training.
//!
//! | room | what it holds |
//! |---|---|
//! | `markup` | elements of HTML and SVG: whatever is written goes through it |
//! | [`plot`] | pictures of training |
//! | [`page`] | the page on a build, and its floorplan |
//!
//! # Example
//! ```
//! use spikestream_report::plot;
//!
//! let matrix = [vec![48, 2], vec![1, 49]];
//! let names = ["cat", "dog"].map(String::from);
//! let svg = plot::confusion(&matrix, &names); // SVG, to be written to a file as it is
//! assert!(svg.contains("97 of 100 right"));
//! ```

mod markup;
pub mod page;
pub mod plot;
