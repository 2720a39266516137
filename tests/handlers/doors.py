"""The doors that many communities of these tests have: one `app` and one AI bot."""

DOORS = """
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"
[[channels]]
kind = "aibot"
name = "小助手"
token = "env:D"
aes_key = "env:E"
"""
