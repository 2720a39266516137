"""Kills, lost servers, stops and reloads under load, judged by what people saw."""
