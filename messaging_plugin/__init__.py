"""Order threads, product questions, vendor-store channels and disputes, as a plugin of the shop."""
