//! HTTP between nodes, API and pages
