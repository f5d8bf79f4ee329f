//! Tests of columns that may be no features, and of what a user is told.

use super::*;

/// Rows in the order of three classes: noise, and what pandas writes first.
fn noise(index: &str, rows: usize) -> String {
    let row = |n: usize| {
        let (a, b) = (n * 7919 % 101, n * 104_729 % 97);
        format!("{n},0.{a:03},0.{b:03},{}\n", n * 3 / rows)
    };
    format!("{index},a,b,label\n{}", (0..rows).map(row).collect::<String>())
}

#[test]
fn a_column_without_a_name_is_no_feature() {
    let without: String = noise("", 60)
        .lines()
        .map(|line| format!("{}\n", line.split_once(',').unwrap().1))
        .collect();
    let expected = load(&without, "").unwrap();
    assert_eq!((expected.columns.len(), expected.notes.len()), (2, 0));
    for index in ["", "\"\"", "Unnamed: 0", "Unnamed: 0.1", "\u{a0}"] {
        let set = load(noise(index, 60), "").unwrap();
        assert!(set.notes[0].contains("column 1") && set.notes.len() == 1, "{:?}", set.notes);
        assert_eq!(Dataset { notes: vec![], ..set }, expected, "{index:?}");
    }
    assert_eq!(load(noise("Unnamed: x", 60), "").unwrap().columns.len(), 3);
    is(",y\n1,0\n2,1\n", "", "empty", &["feature columns with a name"]);
}

#[test]
fn a_column_that_counts_the_rows_is_told_and_may_be_left_out() {
    let set = load(noise("id", 60), "").unwrap();
    assert_eq!(set.columns, ["id", "a", "b"]);
    assert!(
        set.notes.iter().any(|n| n.contains("\"id\" counts the rows") && n.contains("ignore=id"))
    );
    let set = load(noise("id", 60), ",ignore=id").unwrap();
    assert_eq!((set.columns.len(), set.notes.len()), (2, 0));
    // From 1 on and in another order it still gives the class away.
    let mut lines: Vec<String> = noise("id", 60).lines().skip(1).map(str::to_owned).collect();
    lines.rotate_left(20);
    let shuffled = format!("id,a,b,label\n{}", lines.join("\n")).replace("\n0,", "\n60,");
    let notes = load(shuffled, "").unwrap().notes;
    assert!(notes.iter().any(|note| note.contains("\"id\" counts the rows")), "{notes:?}");
    // One that only looks like it has a number twice.
    let twice = noise("id", 60).replace("\n7,", "\n8,");
    let notes = load(twice, "").unwrap().notes;
    assert!(!notes.iter().any(|note| note.contains("counts")), "{notes:?}");
}

#[test]
fn a_column_that_is_the_class_in_other_words_is_told() {
    let row = |n: usize| format!("{n}.5,{},{}\n", [7, 3][n % 2], ["ant", "bee"][n % 2]);
    let table = format!("a,code,kind\n{}", (0..20).map(row).collect::<String>());
    let notes = load(&table, ",label=kind").unwrap().notes;
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("\"code\" has one value for each class"), "{notes:?}");
    assert_eq!(load(&table, ",label=kind,ignore=code").unwrap().notes.len(), 0);
}

#[test]
fn columns_are_ignored_by_name_only() {
    let table = noise("id", 30);
    let error = is(&table, ",ignore=ix", "ignored-column", &["\"ix\"", "id, a, b, label"]);
    assert!(error.remedy().starts_with("did you mean `id`?"), "{}", error.remedy());
    is(&table, ",ignore=label", "label-column", &["has no column named"]);
    let all = load(&table, ",ignore=id,ignore=b").unwrap();
    assert_eq!(all.columns, ["a"]);
    // The column `split` can be left out as well, and then a share is drawn.
    let parted = with_cell("1").replace("train,1", "train,0").replace("test,2", "test,0");
    assert!(!load(&parted, "").unwrap().drawn);
    assert!(load(&parted, ",ignore=split").unwrap().drawn);
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let error = is("a,b,a,y\n1,2,3,0\n", "", "repeated-column", &["more than one column \"a\""]);
    assert!(error.remedy().contains("`ignore`"), "{}", error.remedy());
    let table = "a,b,a,y\n1,2,3,0\n2,3,4,1\n3,4,5,0\n4,5,6,1\n";
    assert_eq!(load(table, ",ignore=a,split=0.5").unwrap().columns, ["b"]);
}

#[test]
fn columns_that_differ_much_in_range_are_told_until_the_user_chooses() {
    let row = |n: usize| format!("{},{},{}\n", 100 * n, n * 37 % 60, n % 2);
    let table = format!("area,small,y\n{}", (0..40).map(row).collect::<String>());
    let notes = load(&table, ",split=0.1").unwrap().notes;
    assert!(notes[0].contains("by a factor of"), "{notes:?}");
    assert!(
        notes[0].contains("\"area\" 0 to 3900") && notes[0].contains("scale=column"),
        "{notes:?}"
    );
    for chosen in [",scale=column", ",scale=table", ",range=0:4000"] {
        assert_eq!(load(&table, chosen).unwrap().notes, [""; 0], "{chosen}");
    }
    let alike = load(table.replace("00,", "0,"), ",split=0.1").unwrap();
    assert_eq!(alike.notes, [""; 0]);
}

#[test]
fn a_constant_column_is_told() {
    let table = "a,b,y\n1,3,0\n2,3,1\n7,3,0\n4,3,1\n5,3,0\n6,3,1\n";
    let notes = load(table, "").unwrap().notes;
    assert!(notes[0].contains("the same in all training rows") && notes[0].contains("\"b\""));
}

#[test]
fn a_cell_that_squeezes_its_column_is_told_with_its_place() {
    let row = |n: usize| format!("{},{},{}\n", n * 37 % 60, n * 11 % 50, n % 2);
    let rows: Vec<String> = (0..40).map(row).collect();
    let table = |cell: &str| {
        let mut rows = rows.clone();
        rows[17] = format!("{cell},3,1\n");
        format!("area,small,y\n{}", rows.concat())
    };
    // All rows but one are for training.
    for chosen in ["", ",scale=column", ",scale=table"] {
        let notes = load(table("1e12"), &format!(",split=0.05{chosen}")).unwrap().notes;
        let told = notes.iter().find(|note| note.contains("levels")).unwrap();
        for part in ["table.csv, line 19, column \"area\": 1000000000000", "(0 to 58)", "range="] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }
    for (cell, options) in [("59", ""), ("1e12", ",range=0:60")] {
        let notes = load(table(cell), &format!(",split=0.05{options}")).unwrap().notes;
        assert_eq!(notes, [""; 0]);
    }
}
