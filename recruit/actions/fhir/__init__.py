"""What others read here and hand in as FHIR R4."""
