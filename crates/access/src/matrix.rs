//! The access table of an instrument as people review it, made by asking for every decision there is.

use instrument::Instrument;

/// The access matrix.
pub fn matrix(instrument: &Instrument) -> String {
    format!("{}\n", instrument.id())
}
