"""Measurements that anybody can repeat: how fast, at what cost, beside what. Not installed with Khabar."""
