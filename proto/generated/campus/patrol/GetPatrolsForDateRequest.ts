// Original file: proto/patrol.proto


export interface GetPatrolsForDateRequest {
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
}

export interface GetPatrolsForDateRequest__Output {
  'date': (string);
  'building': (string);
  'entrance': (number);
}
