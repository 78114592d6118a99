-- One row for each interaction, in the order in which the input named them.
CREATE TABLE interactions (
    position INTEGER PRIMARY KEY,
    id TEXT,                     -- the server's; NULL until the declaration was answered
    key TEXT UNIQUE,             -- the caller's own, where it was declared with one
    type TEXT,                   -- NULL until it is known
    stage TEXT NOT NULL CHECK (stage IN (
        'registered',            -- read from the input; nothing was sent
        'declaring',             -- about to be declared: written before it is sent
        'unknown',               -- declared, and never answered: must not be sent again
        'refused',               -- the API would not have it: nothing came to be
        'declared',              -- it has an id, and its file is still to be uploaded
        'uploading',             -- about to be uploaded: written before it is sent
        'accepted',              -- the server has all of it
        'failed'                 -- the server could not process it
    ))
);
CREATE INDEX interactions_by_id ON interactions (id);

-- Every payload as it came. A body that is NULL says that there is no such result (204).
CREATE TABLE results (
    position INTEGER NOT NULL REFERENCES interactions,
    operation TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB,
    PRIMARY KEY (position, operation)
);

-- Every question, written before it is sent.
CREATE TABLE questions (
    position INTEGER NOT NULL REFERENCES interactions,
    number INTEGER NOT NULL,     -- the order in which they were asked of this interaction
    operation TEXT NOT NULL,
    question TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN (
        'asking',                -- about to be sent: written before it is
        'unsent',                -- certainly never sent, after all
        'success', 'error'
    )),
    source TEXT,                 -- the operation that `body` came from: the question's, or its history
    body BLOB,
    PRIMARY KEY (position, operation, question)
);

-- What is spent of the budgets that the server keeps.
CREATE TABLE ledger (
    operation TEXT NOT NULL,
    resource TEXT NOT NULL,
    successes INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    PRIMARY KEY (operation, resource)
) WITHOUT ROWID;

-- Every sending of a request.
CREATE TABLE attempts (
    position INTEGER NOT NULL REFERENCES interactions,
    operation TEXT NOT NULL,
    number INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    sent INTEGER NOT NULL,
    elapsed REAL NOT NULL,       -- seconds
    delay REAL,                  -- seconds until the next one
    decision TEXT NOT NULL
);

-- What will be missing, and why. A reject goes away when the thing succeeds after all.
CREATE TABLE rejects (
    position INTEGER REFERENCES interactions,
    source TEXT NOT NULL,        -- the input file, for lines that never became an interaction
    line INTEGER NOT NULL,
    stage TEXT NOT NULL,
    operation TEXT NOT NULL,
    question TEXT NOT NULL,
    key TEXT,
    error TEXT NOT NULL,
    message TEXT NOT NULL,
    status INTEGER,
    retryable INTEGER NOT NULL
);
CREATE INDEX rejects_of ON rejects (position, stage, operation, question);

-- How far each destination that takes interactions one after another has come.
CREATE TABLE cursors (
    destination TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID;

-- What an exporter remembers of its destination: how far a delivery came that cannot be undone.
CREATE TABLE memos (
    destination TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (destination, name)
) WITHOUT ROWID;
