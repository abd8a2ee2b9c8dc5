"""Records beside the incidents, such as calls for service, as a city file tells of them."""
