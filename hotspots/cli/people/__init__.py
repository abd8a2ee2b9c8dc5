"""Commands about people who are let in, and residents who write: accounts, partners, concerns."""
