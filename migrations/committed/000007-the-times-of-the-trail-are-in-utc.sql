--! Previous: sha1:87eeb90c9b706f625298b4496442d994e3a9361a
--! Hash: sha1:0c4a3372845731135b5670fa68a8c77ea0c70905
--! Message: the times of the trail are in UTC

-- The times of the trail are in UTC, whatever time zone the database or a role is set to. These are the functions that make
-- JSON of rows; others that record what they are given need not know.
alter function public.audit_patrol() set timezone = 'UTC';
alter function public.audit_entry_marked() set timezone = 'UTC';
alter function public.audit_entries_added() set timezone = 'UTC';
alter function public.audit_entries_removed() set timezone = 'UTC';
