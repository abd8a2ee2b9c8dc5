"""Sign-in, invitations, one-time links, sign-out."""
