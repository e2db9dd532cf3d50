//! who may do what, why and by which article; makes grants
