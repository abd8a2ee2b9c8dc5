"""Load records beside the incidents, such as calls for service."""
