"""Problems and actions on the desk."""
