"""A lane's session: loads a batch's facts and writes its effects."""
