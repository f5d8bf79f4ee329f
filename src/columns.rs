//! Tables on stdout: columns as wide as their widest cell.

use crate::Error;
use crate::output::{self, Reader};

/// Prints a table. Columns whose heading starts with `>` are aligned to the right.
///
/// # Errors
/// As [`output::text`].
pub fn print(headings: &[&str], rows: &[Vec<String>]) -> Result<Reader, Error> {
    output::text(render(headings, rows))
}

/// The lines of a table, each with its end.
pub fn render(headings: &[&str], rows: &[Vec<String>]) -> String {
    let title: Vec<String> =
        headings.iter().map(|heading| heading.trim_start_matches('>').to_owned()).collect();
    let lines: Vec<&Vec<String>> = std::iter::once(&title).chain(rows).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().enumerate().map(|(column, cell)| {
            let width = width(column).unwrap_or(0);
            if headings[column].starts_with('>') {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        let row = cells.collect::<Vec<_>>().join("  ");
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_both_ways() {
        let rows = vec![
            vec!["logic cells".to_owned(), "158".to_owned()],
            vec!["pins".to_owned(), "7".to_owned()],
        ];
        assert_eq!(
            render(&["resource", ">used"], &rows),
            "resource     used\nlogic cells   158\npins            7\n"
        );
    }
}
