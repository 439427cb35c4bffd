"""Mutation testing: does some test notice when a rule decides otherwise?"""
