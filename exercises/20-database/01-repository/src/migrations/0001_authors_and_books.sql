-- The first version of the schema. It is in use: databases out there were made by it.
CREATE TABLE authors (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE books (
    id INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES authors (id),
    isbn TEXT NOT NULL,
    title TEXT NOT NULL,
    copies INTEGER NOT NULL CHECK (copies > 0)
);
