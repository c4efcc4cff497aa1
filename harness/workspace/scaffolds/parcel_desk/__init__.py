"""An exercise whose model is made with the simulation toolkit: the mails of a parcel desk."""
