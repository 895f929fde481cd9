"""The doors of FHIR R4: each answer is a resource, errors too."""
