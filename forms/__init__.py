"""The shape of what people type: from the request to a command. No rules of the school here."""
