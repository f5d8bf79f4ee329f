//! What came of a step, by more than its exit code: a full disk, a folder that went, a damaged tool, half a
//! product, or none.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::ExitStatus;

use super::disk;
use super::plan::{Plan, Step};
use super::{Error, SCRIPT, tail};
use crate::base::digest;
use crate::base::error::FlowError;
use crate::base::files::{self, unreadable};
use crate::tool::Located;

/// What a failed step is reported as. A full disk, a folder that went and a tool that was damaged are no fault
/// of the tool's.
pub(crate) fn failure(
    step: &Step,
    tool: &Located,
    status: ExitStatus,
    log: &Path,
    folder: &Path,
) -> FlowError {
    let text = String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()).into_owned();
    let label = format!("{} ({})", step.name, step.tool.id());
    if let Some(words) = disk::told(&text) {
        let reason = format!("{} during {label}", words.to_lowercase());
        return FlowError::Unwritable { path: folder.to_path_buf(), reason };
    }
    let fine = disk::ensure_takes_more(folder, &label);
    if let Err(cause) = fine.and_then(|()| Ok(tool.ensure_undamaged()?)) {
        return cause;
    }
    Error::StepFailed {
        step: label,
        status: status.to_string(),
        tail: tail(&text),
        log: log.to_path_buf(),
        script: folder.join(SCRIPT),
    }
    .into()
}

/// An error, or what is behind it: a folder that went. What a full disk has left of the products is removed,
/// so that it gets its space back.
pub(crate) fn with_cause(error: FlowError, plan: &Plan, folder: &Path) -> FlowError {
    if !folder.is_dir() {
        return Error::FolderGone { path: folder.to_path_buf() }.into();
    }
    if let FlowError::Unwritable { .. } = error {
        for product in plan.products() {
            // That one cannot be removed is no second error.
            let _ = files::remove(&folder.join(product));
        }
    }
    error
}

/// Refuses JSON that ends in its middle: its tool was stopped by a full disk and did not say so, and the space
/// may be there again.
///
/// # Errors
/// [`FlowError::Unwritable`] with the product.
pub(crate) fn ensure_products_end(
    plan: &Plan,
    folder: &Path,
    during: &str,
) -> Result<(), FlowError> {
    let json = plan.products().iter().filter(|product| product.ends_with(".json"));
    let paths = json.map(|product| folder.join(product)).filter(|path| path.is_file());
    for path in paths {
        let end = end_of(&path).map_err(|e| unreadable(&path, &e))?;
        if !end.trim_end().ends_with('}') {
            let reason = format!("{during} left only a part of it");
            return Err(FlowError::Unwritable { path, reason });
        }
    }
    Ok(())
}

/// The last few characters of a file.
fn end_of(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(16)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(String::from_utf8_lossy(&end).into_owned())
}

/// SHA-256 of every product.
///
/// # Errors
/// [`Error::ProductMissing`], [`FlowError::Unreadable`].
pub(crate) fn product_hashes(
    plan: &Plan,
    folder: &Path,
) -> Result<BTreeMap<String, String>, FlowError> {
    let last = plan.steps().last();
    plan.products()
        .iter()
        .map(|product| match digest::of_file(&folder.join(product)) {
            Ok(hash) => Ok((product.clone(), hash)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(Error::ProductMissing {
                step: last.map(|step| step.name.clone()).unwrap_or_default(),
                product: product.clone(),
                log: folder.join(last.map(Step::log).unwrap_or_default()),
            }
            .into()),
            Err(e) => Err(unreadable(&folder.join(product), &e)),
        })
        .collect()
}
