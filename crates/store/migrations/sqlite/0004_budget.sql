CREATE INDEX search_by_justification ON search (authority_id, justified_until)
  WHERE justified_until IS NOT NULL;

-- How much was asked within a window, counted in the transaction of the log entry.
CREATE TABLE budget (
  authority_id TEXT NOT NULL, -- who counts
  side TEXT NOT NULL, -- asking or asked
  scope TEXT NOT NULL, -- whose asking is counted: authority, officer, or subject for what is asked of one subject
  who TEXT NOT NULL, -- the authority, the officer's pseudonym, or a keyed hash of the subject
  purpose_id TEXT NOT NULL, -- for which purpose
  window_start INTEGER NOT NULL, -- microseconds since 1970
  window_end INTEGER NOT NULL, -- when the row goes, microseconds since 1970
  queries INTEGER NOT NULL, -- queries
  subjects INTEGER NOT NULL, -- different subjects among them
  records INTEGER NOT NULL, -- records that matched
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start)
) STRICT, WITHOUT ROWID;

CREATE INDEX budget_by_end ON budget (authority_id, window_end);

-- The different subjects of a window: keyed hashes, gone with the window.
CREATE TABLE budget_subject (
  authority_id TEXT NOT NULL, -- who counts
  side TEXT NOT NULL, -- asking or asked
  scope TEXT NOT NULL, -- authority or officer
  who TEXT NOT NULL, -- the authority or the officer's pseudonym
  purpose_id TEXT NOT NULL, -- for which purpose
  window_start INTEGER NOT NULL, -- microseconds since 1970
  subject BLOB NOT NULL, -- keyed hash of the subject and the window, 16 bytes
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start, subject)
) STRICT, WITHOUT ROWID;

-- What the owner should look at: budgets that were spent. One row for each window, with the numbers of its last change.
CREATE TABLE alarm (
  authority_id TEXT NOT NULL, -- who is told
  side TEXT NOT NULL, -- asking or asked
  scope TEXT NOT NULL, -- whose budget: authority, officer or subject
  who TEXT NOT NULL, -- the authority, the officer's pseudonym, or a keyed hash of the subject
  purpose_id TEXT NOT NULL, -- for which purpose
  window_start INTEGER NOT NULL, -- microseconds since 1970
  raised_at INTEGER NOT NULL, -- microseconds since 1970
  queries INTEGER NOT NULL, -- queries so far
  subjects INTEGER NOT NULL, -- different subjects among them
  records INTEGER NOT NULL, -- records that matched
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start)
) STRICT, WITHOUT ROWID;
