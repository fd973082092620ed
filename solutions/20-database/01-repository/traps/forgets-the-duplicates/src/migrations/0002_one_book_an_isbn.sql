-- The second version: there is at most one row for an ISBN, and the database sees to that.
-- Databases of the first version hold some twice. Of each such book the row with the lowest id stays,
-- with the copies of all of them together.
CREATE UNIQUE INDEX books_isbn ON books (isbn);
