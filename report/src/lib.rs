//! What people look at: the report page and the floorplan of a build, and the pictures of a training.
//!
//! | room | what it holds |
//! |---|---|
//! | `markup` | elements of HTML and SVG: whatever is written goes through it |
//! | [`plot`] | pictures of training |
//! | [`page`] | the page on a build, and its floorplan |

mod markup;
pub mod page;
pub mod plot;
