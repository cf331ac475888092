"""Đo Chuẩn below the screens: rules, storage, documents, deeds. Streamlit is not imported in this package."""
