"""Find (Ctrl-K): places, lists, packets and pages by a word; and what a person watches."""
