"""The program that makes the SDK from its OpenAPI spec, and proves that it did."""
