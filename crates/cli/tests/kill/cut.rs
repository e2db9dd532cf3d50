//! A connection that breaks amid a file: nothing of the file is kept.

use crate::bundle::play;
use crate::running::{Running, verified};
use crate::upload::{PIECES, REGISTER, Rows, Upload, whole};

#[test]
fn a_file_that_breaks_off_is_not_taken_for_a_shorter_one() {
    let folder = play("federation-of-cuts").join("gr-node");
    let node = Running::start(&folder);
    let before = node.records(REGISTER);
    let mut broken = Vec::new();
    for (number, pieces) in [1, PIECES / 2, PIECES - 1].into_iter().enumerate() {
        let rows = Rows::new(number, 4_000);
        let mut upload = Upload::begin(&node, &rows, false).unwrap();
        upload.send(pieces, &|| {}).unwrap();
        upload.break_off();
        broken.push(rows);
    }
    // A node that is asked to end brings to its end what runs: the loads are given up, or they were kept by then.
    node.stop();
    let node = Running::start(&folder);
    assert_eq!(node.records(REGISTER), before, "pieces of files are there");
    for rows in &broken {
        assert_eq!(whole(&node, rows, true), (rows.count, 0), "every id is free");
    }
    let rows = &broken[1];
    assert_eq!(whole(&node, rows, false), (rows.count, 0));
    assert_eq!(node.records(REGISTER), before + rows.count);
    assert_eq!(whole(&node, rows, true), (0, rows.count), "every id is there now");
    node.stop();
    verified(&folder, "gr-police");
}
