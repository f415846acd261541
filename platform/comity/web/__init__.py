"""What every page and API resource stands on: default deny, one transaction for each request, headers, languages.

A page is a function that takes the transaction of whoever is signed in; an API resource is the same with models in and
out.  Nothing is public unless it says so.
"""

from comity.web.page import Pages
from comity.web.resource import Api, Body, Query, View, if_match

__all__ = ["Api", "Body", "Pages", "Query", "View", "if_match"]
