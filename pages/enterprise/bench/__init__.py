"""The tools of the metrology bench, one file each; pages/enterprise/tools.py shows the one that was chosen."""
