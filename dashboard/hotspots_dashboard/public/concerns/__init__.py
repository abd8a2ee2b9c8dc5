"""The form of residents' concerns and the page of a secret link: plain HTML that works without a script."""
