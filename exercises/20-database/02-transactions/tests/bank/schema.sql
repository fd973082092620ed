CREATE TABLE accounts (
    id BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    balance BIGINT NOT NULL -- in cents
);

-- A gate for triggers: passes when nobody holds the advisory lock 1 for itself.
CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_lock_shared(1);
    PERFORM pg_advisory_unlock_shared(1);
    RETURN NEW;
END $$;

-- Failures on demand.
CREATE SEQUENCE attempts;
CREATE TABLE failures (code TEXT NOT NULL, times BIGINT NOT NULL);
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    failure failures%ROWTYPE;
BEGIN
    SELECT * INTO failure FROM failures;
    IF nextval('attempts') <= failure.times THEN
        RAISE EXCEPTION 'the test makes this fail' USING ERRCODE = failure.code;
    END IF;
    RETURN NEW;
END $$;
