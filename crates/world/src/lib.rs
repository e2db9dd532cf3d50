//! reproducible made-up people, vehicles, documents and alerts with the ground truth
