"""A lane's session: a batch's facts loaded, its effects written."""
