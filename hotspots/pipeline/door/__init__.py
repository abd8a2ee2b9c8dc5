"""Sign-in of the staff desk: passwords, second factor, sessions, invitations."""
