-- The reason of a box: its long record beside the middle box of the city, as it was when the plan was drafted.
alter table desk.plan_box add column record int;
alter table desk.plan_box add column typical real;
