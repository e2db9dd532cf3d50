//! A connection that breaks amid a file: nothing of the file is kept.

use crate::bundle::play;
use crate::running::{Running, until};
use crate::upload::{PIECES, REGISTER, Rows, Upload, whole};

#[test]
fn a_file_that_breaks_off_is_not_taken_for_a_shorter_one() {
    let folder = play("federation-of-cuts");
    let node = Running::start(&folder.join("gr-node"));
    let before = node.records(REGISTER);
    let rows = Rows::new(0, 4_000);
    for pieces in [1, PIECES / 2, PIECES - 1] {
        let mut upload = Upload::begin(&node, &rows, false).unwrap();
        upload.send(pieces, &|| {}).unwrap();
        upload.break_off();
        // While the broken load is being given up its ids are still held; once it is, they are free again.
        let free = || Some(whole(&node, &rows, true)).filter(|told| *told == (rows.count, 0));
        until("the ids of a file that broke off are free again", free);
        assert_eq!(node.records(REGISTER), before, "after {pieces} pieces");
    }
    assert_eq!(whole(&node, &rows, false), (rows.count, 0));
    assert_eq!(node.records(REGISTER), before + rows.count);
    assert_eq!(whole(&node, &rows, true), (0, rows.count), "every id is there now");
    node.stop();
}
