CREATE INDEX search_by_justification ON search (authority_id, justified_until)
  WHERE justified_until IS NOT NULL;

-- How much was asked within a window, counted in the transaction of the log entry.
CREATE TABLE budget (
  authority_id TEXT COLLATE "C" NOT NULL, -- who counts
  side TEXT COLLATE "C" NOT NULL, -- asking or asked
  scope TEXT COLLATE "C" NOT NULL, -- whose asking is counted: authority, officer, or subject for what is asked of one subject
  who TEXT COLLATE "C" NOT NULL, -- the authority, the officer's pseudonym, or a keyed hash of the subject
  purpose_id TEXT COLLATE "C" NOT NULL, -- for which purpose
  window_start BIGINT NOT NULL, -- microseconds since 1970
  window_end BIGINT NOT NULL, -- when the row goes, microseconds since 1970
  queries BIGINT NOT NULL, -- queries
  subjects BIGINT NOT NULL, -- different subjects among them
  records BIGINT NOT NULL, -- records that matched
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start)
);

CREATE INDEX budget_by_end ON budget (authority_id, window_end);

-- The different subjects of a window: keyed hashes, gone with the window.
CREATE TABLE budget_subject (
  authority_id TEXT COLLATE "C" NOT NULL, -- who counts
  side TEXT COLLATE "C" NOT NULL, -- asking or asked
  scope TEXT COLLATE "C" NOT NULL, -- authority or officer
  who TEXT COLLATE "C" NOT NULL, -- the authority or the officer's pseudonym
  purpose_id TEXT COLLATE "C" NOT NULL, -- for which purpose
  window_start BIGINT NOT NULL, -- microseconds since 1970
  subject BYTEA NOT NULL, -- keyed hash of the subject and the window, 16 bytes
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start, subject)
);

-- What the owner should look at: budgets that were spent. One row for each window, with the numbers of its last change.
CREATE TABLE alarm (
  authority_id TEXT COLLATE "C" NOT NULL, -- who is told
  side TEXT COLLATE "C" NOT NULL, -- asking or asked
  scope TEXT COLLATE "C" NOT NULL, -- whose budget: authority, officer or subject
  who TEXT COLLATE "C" NOT NULL, -- the authority, the officer's pseudonym, or a keyed hash of the subject
  purpose_id TEXT COLLATE "C" NOT NULL, -- for which purpose
  window_start BIGINT NOT NULL, -- microseconds since 1970
  raised_at BIGINT NOT NULL, -- microseconds since 1970
  queries BIGINT NOT NULL, -- queries so far
  subjects BIGINT NOT NULL, -- different subjects among them
  records BIGINT NOT NULL, -- records that matched
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start)
);
