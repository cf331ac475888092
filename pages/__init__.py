"""Everything on screen: the only room that imports Streamlit. Pages draw and call services; they decide nothing."""
