"""The live page: the running model, step by step, in a browser on this machine.

`app` needs the optional packages of `alliance-sim[explore]`; the rest of this room does not.
"""
