"""What makes something that is installed something that can be switched on and off while the shop runs."""
